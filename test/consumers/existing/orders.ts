import {
  Body,
  Controller,
  Get,
  Param,
  ParseIntPipe,
  Post,
  type RawBodyRequest,
  Req,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiProperty } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { IsInt } from 'class-validator';
import type { Request } from 'express';
import { CurrentUser, type Principal, Public } from 'latchkey';
import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import { OutOfStock } from './jobs';

@Entity()
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  customer!: string;

  @Column()
  amount!: number;
}

class OrderDto {
  @ApiProperty()
  @IsInt()
  amount!: number;
}

@Controller('orders')
export class OrdersController {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  @Get()
  all(): Promise<Order[]> {
    return this.orders.find();
  }

  @Get(':id')
  async one(@Param('id', ParseIntPipe) id: number): Promise<Order> {
    const order = await this.orders.findOneBy({ id });
    if (!order) throw new OutOfStock(`order ${id}`);
    return order;
  }

  @Post()
  place(@CurrentUser() { username }: Principal, @Body() { amount }: OrderDto): Promise<Order> {
    return this.orders.save({ customer: username, amount });
  }

  @Post('scan')
  @UseInterceptors(FileInterceptor('scan'))
  scan(@UploadedFile() file: { originalname: string; size: number }, @Body() { note }: { note: string }) {
    return { name: file.originalname, size: file.size, note };
  }

  @Post('paid')
  @Public()
  paid(@Req() request: RawBodyRequest<Request>, @Body() body: object) {
    return { raw: request.rawBody?.toString(), body };
  }
}
